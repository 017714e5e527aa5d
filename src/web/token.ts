/**
 * The token of this run of the server. It comes in the fragment of the URL, which browsers do not send; from there it goes into
 * sessionStorage, and out of the address, so that a copied link does not have it.
 */
const KEY = 'sstory.token';

/** Takes the token out of the address. Returns whether there was one. */
function takeToken(): boolean {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const token = fragment.get('token');
  if (token === null) return false;
  sessionStorage.setItem(KEY, token);
  fragment.delete('token');
  const rest = fragment.size === 0 ? '' : `#${fragment}`;
  history.replaceState(history.state, '', `${location.pathname}${location.search}${rest}`);
  return true;
}

/** What every request to /api sends. */
export function authorization(): Record<string, string> {
  const token = sessionStorage.getItem(KEY);
  return token === null ? {} : { Authorization: `Bearer ${token}` };
}

// When the page is loaded, before anything asks the server; and where the address of a restarted server is opened in its tab, which
// changes nothing but the fragment.
takeToken();
addEventListener('hashchange', () => {
  if (takeToken()) location.reload();
});
