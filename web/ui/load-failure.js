/** Why the question sets of an interview are not there, and how to ask for them again. */

import { fill, h } from './dom.js';
import { createFailure } from './screens/message.js';

/**
 * @param {import('./page.js').Page} page
 * @param {string} interviewId
 * @returns {import('./dom.js').Part<import('./state.js').State>}
 */
export function createLoadFailure(page, interviewId) {
  const element = h('div', { 'data-testid': 'sets-failed' });
  let shown = '';
  return {
    element,
    update({ sets }) {
      const { status, code } = sets[interviewId] ?? { status: 'loading', code: null };
      const next = status === 'failed' ? (code ?? '') : '';
      element.hidden = status !== 'failed';
      if (next === shown) return;
      shown = next;
      fill(element, createFailure(page, next, () => page.loading.interviewPage(interviewId)));
    },
  };
}
