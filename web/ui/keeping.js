/** Ways to take a text out of the page: the clipboard and a file. */

import { h } from './dom.js';

/**
 * Put a text on the clipboard; false where the browser does not allow that (plain http, no permission).
 *
 * @param {string} text
 * @returns {Promise<boolean>}
 */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Offer a text as a Markdown file to download.
 *
 * @param {string} name without its ending
 * @param {string} text
 */
export function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/markdown;charset=utf-8' }));
  h('a', { href: url, download: `${name.replace(/[\\/:*?"<>|]/g, '-')}.md` }).click();
  // The browser reads the blob after this turn of the event loop.
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}
