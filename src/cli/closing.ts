/** Closes a resource at the end of the block that declares this with `using`. */
export function closing(resource: { close(): unknown }): Disposable {
  return { [Symbol.dispose]: () => void resource.close() };
}
