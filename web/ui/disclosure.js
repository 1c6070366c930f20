/** What folds, and stays as the reader left it when it is drawn anew. */

import { h } from './dom.js';

/**
 * Create the `details` element.
 *
 * @param {import('./page.js').Page} page
 * @param {string} key under which it is remembered; the same for what it turns into
 * @param {import('./dom.js').Props & {isOpen?: boolean}} props `isOpen`: before the reader has touched it
 * @param {...import('./dom.js').Child} children
 * @returns {HTMLDetailsElement}
 */
export function createDisclosure({ drafts }, key, { isOpen = false, ...props }, ...children) {
  const details = h('details', { ...props, open: drafts.open.get(key) ?? isOpen }, ...children);
  details.addEventListener('toggle', () => drafts.open.set(key, details.open));
  return details;
}
