export function ConnectionPanel() {
  return <section />;
}
