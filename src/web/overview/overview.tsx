export function Overview() {
  return <section />;
}
