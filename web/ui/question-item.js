/** One question: its text, and on opening it what the interviewer wants to learn, a follow-up and its answer. */

import { createOnceStored } from './answer.js';
import { fill, h } from './dom.js';
import { createFold } from './fold.js';

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
  const more = h('dl', { class: 'question-more' });
  const head = h('summary');
  const details = createFold(page, `${jobId} ${question.index}`, { class: 'question' }, head, more);
  const answer = createOnceStored(page, details);
  let shown = '';

  /** @param {Question} next */
  function update(next) {
    answer(next);
    const { text, category, intent, follow_up } = next;
    const isSame = shown === JSON.stringify([text, category, intent, follow_up]);
    if (isSame) return;
    shown = JSON.stringify([text, category, intent, follow_up]);
    const chip = h('span', { class: 'chip' }, t(`category.${category}`));
    fill(head, h('span', { class: 'question-text' }, text), chip);
    fill(more, ...term(t('question.intent'), intent), ...term(t('question.follow_up'), follow_up));
  }

  update(question);
  return { element: h('li', null, details), update };
}

/**
 * @param {string} name
 * @param {string} text
 * @returns {HTMLElement[]} nothing for an empty text
 */
function term(name, text) {
  return text ? [h('dt', null, name), h('dd', null, text)] : [];
}
