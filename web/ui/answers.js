/** The answers of an interview: every question of its sets, with what has become of its answer. */

import { createAnswerItem } from './answer-item.js';
import { h, keyed, setText } from './dom.js';
import { createSetsNotice } from './sets-notice.js';
import { setsOf } from './state.js';

/**
 * @typedef {import('./page.js').Page} Page
 * @typedef {import('./page.js').State} State
 * @typedef {import('./api.js').QuestionSet} QuestionSet
 */

/**
 * Create the section.
 *
 * @param {Page} page
 * @param {string} interviewId
 * @returns {import('./dom.js').Part<State>}
 */
export function createAnswers(page, interviewId) {
  const { t } = page;
  const list = h('div', { class: 'answer-sets' });
  const link = h('a', { href: `/interviews/${interviewId}` }, t('answers.empty.link'));
  const notice = createSetsNotice(page, interviewId, t('answers.empty'), ' ', link);
  const show = keyed(
    list,
    (/** @type {QuestionSet} */ set) => set.id,
    (set) => createSet(page, set.job_id),
  );
  return {
    element: h(
      'section',
      { 'class': 'answers', 'aria-labelledby': 'answers-title', 'data-testid': 'answers' },
      h('h2', { id: 'answers-title', class: 'visually-hidden' }, t('tab.answers')),
      list,
      notice.element,
    ),
    update(state) {
      const sets = setsOf(state, interviewId);
      show(sets);
      list.hidden = sets.length === 0;
      notice.update({ state, isEmpty: sets.length === 0 });
    },
  };
}

/**
 * @param {Page} page
 * @param {string} jobId
 * @returns {import('./dom.js').Part<QuestionSet>}
 */
function createSet(page, jobId) {
  const { t, format } = page;
  const title = h('h3');
  const list = h('ol', { class: 'rows questions answer-list', role: 'list' });
  const show = keyed(
    list,
    (/** @type {QuestionSet['questions'][number]} */ question) => String(question.index),
    ({ index }) => createAnswerItem(page, `answer ${jobId} ${index}`),
  );
  return {
    element: h('section', { class: 'answer-set' }, title, list),
    update({ number, created_at, questions }) {
      setText(title, t('set.title', { n: number, date: format.dateTime(created_at) }));
      show(questions);
    },
  };
}
