import { openHost } from '../fleet/host-address.js';
import { showsHosts } from '../info.js';
import { toggleGroup } from './lane-view.js';

/** Shows the lanes of a group in place, or hides them; of a host of a fleet, goes to its page. */
export function openGroup(key: string): void {
  if (showsHosts.peek()) openHost(key);
  else toggleGroup(key);
}
