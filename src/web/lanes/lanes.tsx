export function Lanes() {
  return <section />;
}
