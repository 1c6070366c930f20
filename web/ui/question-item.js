/** One question: its text, and on opening it what the interviewer wants to learn and a follow-up. */

import { fill, h } from './dom.js';

/**
 * @typedef {import('./page.js').Page} Page
 * @typedef {import('../live/wire.js').Question} Question
 */

/**
 * Create the list item of a question.
 *
 * @param {Page} page
 * @param {Question} question
 * @returns {import('./dom.js').Part<Question>}
 */
export function createQuestionItem({ t }, question) {
  const details = h('details', { class: 'question' });
  let shown = '';

  /** @param {Question} next */
  function update(next) {
    const { text, category, intent, follow_up } = next;
    const isSame = shown === JSON.stringify([text, category, intent, follow_up]);
    if (isSame) return;
    shown = JSON.stringify([text, category, intent, follow_up]);
    fill(
      details,
      h(
        'summary',
        null,
        h('span', { class: 'question-text' }, text),
        h('span', { class: 'chip' }, t(`category.${category}`)),
      ),
      h(
        'dl',
        { class: 'question-more' },
        ...term(t('question.intent'), intent),
        ...term(t('question.follow_up'), follow_up),
      ),
    );
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
