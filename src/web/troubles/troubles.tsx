export function Troubles() {
  return <section />;
}
