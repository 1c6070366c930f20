/** What a generation has written so far: the finished questions, and the one begun, with a caret while it grows. */

import { h, keyed, setText } from './dom.js';
import { createQuestionItem } from './question-item.js';

/** @typedef {import('../live/wire.js').Question} Question */

/**
 * @param {import('./page.js').Page} page
 * @param {string} jobId
 * @returns {import('./dom.js').Part<import('../live/wire.js').JobView>}
 */
export function createWritten(page, jobId) {
  const list = h('ol', { class: 'questions', role: 'list' });
  const words = h('span', { class: 'question-text' });
  const caret = h('span', { class: 'caret' });
  const draft = h('p', { class: 'question-draft' }, words, caret);
  const show = keyed(
    list,
    (/** @type {Question} */ question) => String(question.index),
    (question) => createQuestionItem(page, jobId, question),
  );
  return {
    element: h('div', { class: 'row-body' }, list, draft),
    update({ status, partial, completed_at }) {
      show(partial.questions);
      setText(words, partial.text?.value ?? '');
      draft.hidden = !partial.text;
      // Screen readers get whole questions; letters as they come would be noise.
      draft.ariaHidden = String(completed_at === null);
      // Nobody writes while a retry waits.
      caret.hidden = status !== 'processing';
      draft.dataset.number = String((partial.text?.index ?? 0) + 1);
      list.hidden = partial.questions.length === 0;
    },
  };
}
