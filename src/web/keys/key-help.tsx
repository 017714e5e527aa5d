export function KeyHelp() {
  return <section />;
}
