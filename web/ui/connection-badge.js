/** Whether the page is up to date by itself: a dot and a word. */

import { h, setText } from './dom.js';

/**
 * Create the indicator.
 *
 * @param {import('./i18n.js').Translate} t
 * @returns {import('./dom.js').Part<import('./state.js').State>}
 */
export function createConnectionBadge(t) {
  const words = h('span', { class: 'connection-words' });
  const element = h(
    'span',
    { 'class': 'connection', 'role': 'status', 'data-testid': 'connection' },
    h('span', { 'class': 'dot', 'aria-hidden': 'true' }),
    words,
  );
  return {
    element,
    update({ session, live }) {
      element.hidden = !session;
      // Before the first connection and while it opens is the same to a reader.
      const status = live.status === 'idle' ? 'connecting' : live.status;
      element.dataset.status = status;
      element.title = t('connection.label', { status: t(`connection.${status}`) });
      setText(words, t(`connection.${status}`));
    },
  };
}
