/** What stands where question sets would: that they are on their way, that there are none, or why they did not come. */

import { fill, h } from './dom.js';
import { createFailure } from './screens/message.js';
import { createSkeleton } from './skeleton.js';
import { LOADING } from './state.js';

/**
 * @param {import('./page.js').Page} page
 * @param {string} interviewId
 * @param {...import('./dom.js').Child} invitation said when there are none
 * @returns {import('./dom.js').Part<{state: import('./state.js').State, isEmpty: boolean}>}
 */
export function createSetsNotice(page, interviewId, ...invitation) {
  const element = h('div', { 'data-testid': 'sets-notice' });
  let shown = '';

  /** @param {import('./state.js').Resource<unknown>} resource */
  function notice({ status, code }) {
    if (status === 'failed') return createFailure(page, code ?? '', () => page.loading.interviewPage(interviewId));
    if (status === 'ready') return h('p', { class: 'empty muted' }, ...invitation);
    return createSkeleton(page.t('history.loading'), 2);
  }

  return {
    element,
    update({ state, isEmpty }) {
      const resource = state.sets[interviewId] ?? LOADING;
      // A failure is told beside what is there already.
      const isWanted = isEmpty || resource.status === 'failed';
      const next = isWanted ? `${resource.status} ${resource.code}` : '';
      element.hidden = !isWanted;
      if (next !== shown) fill(element, isWanted && notice(resource));
      shown = next;
    },
  };
}
