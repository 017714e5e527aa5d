/** Saves an answer of the server as a file. A link could not send the token. */
import { failureIn } from '../answer.js';
import { request } from '../api.js';
import { notify } from '../notice.js';

/** Fetches, and saves. */
export async function download(url: string, file: string): Promise<void> {
  try {
    const response = await request(url);
    saveBlob(await response.blob(), file);
    notify(`${file} saved`);
  } catch (error) {
    notify(`Not downloaded: ${failureIn(error).message}`);
  }
}

/** Saves what the page has made itself. */
export function saveBlob(blob: Blob, file: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = file;
  link.click();
  URL.revokeObjectURL(url);
}
