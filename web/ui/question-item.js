/** One question: its text, and on opening it what the interviewer wants to learn, a follow-up and its answer. */

import { createAnswer } from './answer.js';
import { fill, h } from './dom.js';

/**
 * @typedef {import('./page.js').Page} Page
 * @typedef {import('./api.js').StoredQuestion | import('../live/wire.js').Question} Question
 */

/**
 * Create the list item of a question.
 *
 * @param {Page} page
 * @param {Question} question
 * @returns {import('./dom.js').Part<Question>}
 */
export function createQuestionItem(page, question) {
  const { t } = page;
  // A question gets its id, and can be answered, when its set is finished.
  const answer = 'id' in question ? createAnswer(page, question.id) : null;
  const details = h('details', { class: 'question' });
  let shown = '';

  /** @param {Question} next */
  function update(next) {
    if (answer && 'id' in next) answer.update(next);
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
      answer?.element,
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
