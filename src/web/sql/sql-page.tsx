export function SqlPage() {
  return <section />;
}
