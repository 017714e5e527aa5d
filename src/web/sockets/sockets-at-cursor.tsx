export function SocketsAtCursor() {
  return <section />;
}
