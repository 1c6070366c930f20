/** One question: its text, and on opening it what the interviewer wants to learn, a follow-up and its answer. */

import { createOnceOpened } from './answer.js';
import { h, setText } from './dom.js';
import { createDisclosure } from './disclosure.js';

/**
 * @typedef {import('./page.js').Page} Page
 * @typedef {import('./api.js').StoredQuestion | import('../live/wire.js').Question} Question
 */

/**
 * Create the list item of a question.
 *
 * @param {Page} page
 * @param {string} jobId which wrote it
 * @param {Question} question
 * @returns {import('./dom.js').Part<Question>}
 */
export function createQuestionItem(page, jobId, question) {
  const { t } = page;
  const text = h('span', { class: 'question-text' });
  const chip = h('span', { class: 'chip' });
  const intent = createTerm(t('question.intent'));
  const followUp = createTerm(t('question.follow_up'));
  const more = h('dl', { class: 'question-more' }, ...intent.elements, ...followUp.elements);
  const key = `${jobId} ${question.index}`;
  const details = createDisclosure(page, key, { class: 'question' }, h('summary', null, text, chip), more);
  const answer = createOnceOpened(page, details);
  /** @type {Question | null} */
  let shown = null;

  return {
    element: h('li', null, details),
    update(next) {
      answer(next);
      if (next === shown) return;
      shown = next;
      setText(text, next.text);
      setText(chip, t(`category.${next.category}`));
      intent.update(next.intent);
      followUp.update(next.follow_up);
    },
  };
}

/**
 * A name and what is said of it; neither without words.
 *
 * @param {string} name
 */
function createTerm(name) {
  const [term, words] = [h('dt', null, name), h('dd')];
  return {
    elements: [term, words],
    /** @param {string} text */
    update(text) {
      setText(words, text);
      term.hidden = words.hidden = text === '';
    },
  };
}
