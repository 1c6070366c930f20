/** Ways to take a text out of the page: the clipboard and a file. */

import { h } from './dom.js';

/**
 * Put a text on the clipboard, and say whether that could be done.
 *
 * @param {import('./page.js').Page} page
 * @param {string} text
 */
export async function copy({ t, toasts }, text) {
  try {
    await navigator.clipboard.writeText(text);
    toasts.show({ tone: 'neutral', text: t('toast.copied') });
  } catch {
    // The browser does not allow it: plain http, no permission.
    toasts.show({ tone: 'danger', text: t('toast.not_copied') });
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
