/** The grey shape of a list that is loading for the first time. */

import { h } from './dom.js';

/**
 * Create `count` rows of it, with words for those who cannot see them.
 *
 * @param {string} label
 * @param {number} count
 * @returns {HTMLElement}
 */
export function createSkeleton(label, count) {
  const rows = Array.from({ length: count }, () =>
    h('div', { class: 'skeleton-row' }, h('span', null), h('span', null)),
  );
  return h('div', { 'class': 'skeleton', 'role': 'status', 'aria-label': label }, ...rows);
}
