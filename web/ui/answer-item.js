/** One question in the list of answers: what has become of its answer, and on opening it the answer itself. */

import { createOnceOpened } from './answer.js';
import { h, setText } from './dom.js';
import { createDisclosure } from './disclosure.js';
import { answerJobOf, answerOf, unfinishedAnswerOf } from './state.js';

/**
 * @typedef {import('./page.js').Page} Page
 * @typedef {import('./page.js').State} State
 * @typedef {import('./api.js').StoredQuestion | import('../live/wire.js').Question} Question
 * @typedef {'none' | 'writing' | 'there' | 'failed'} Standing
 */

/**
 * Create the list item.
 *
 * @param {Page} page
 * @param {string} key under which it is remembered that it stands open
 * @returns {import('./dom.js').Part<Question>}
 */
export function createAnswerItem(page, key) {
  const { t, state } = page;
  /** @type {Standing} */
  let before = 'none';
  const text = h('span', { class: 'question-text' });
  const chip = h('span', { class: 'chip' });
  const details = createDisclosure(page, key, { class: 'question' }, h('summary', null, text, chip));
  const answer = createOnceOpened(page, details);
  return {
    element: h('li', { 'class': 'row', 'data-testid': 'answer-item' }, details),
    update(next) {
      const standing = standingOf(state(), next);
      setText(text, next.text);
      setText(chip, standing === 'none' ? '' : t(`standing.${standing}`));
      chip.dataset.standing = standing;
      chip.hidden = standing === 'none';
      // Whoever comes back to an answer being written wants to read along.
      if (standing === 'writing' && before !== 'writing') details.open = true;
      before = standing;
      answer(next);
    },
  };
}

/**
 * @param {State} state
 * @param {Question} question
 * @returns {Standing}
 */
function standingOf(state, question) {
  if (!('id' in question)) return 'none';
  if (answerJobOf(state, question.id)?.completed_at === null) return 'writing';
  if (answerOf(state, question)) return 'there';
  return unfinishedAnswerOf(state, question.id)?.status === 'failed' ? 'failed' : 'none';
}
