/** One finished question set: folded to a line, opened to its questions, with copy and Markdown export. */

import { h, keyed, setText } from './dom.js';
import { createDisclosure } from './disclosure.js';
import { icon } from './icons.js';
import { copy, download } from './keeping.js';
import { setAsMarkdown } from './markdown.js';
import { createQuestionItem } from './question-item.js';
import { withAnswers } from './state.js';

/**
 * @typedef {import('./page.js').Page} Page
 * @typedef {import('./api.js').QuestionSet} QuestionSet
 * @typedef {import('./api.js').StoredQuestion | import('../live/wire.js').Question} Question
 */

/**
 * Create the row of a set.
 *
 * @param {Page} page
 * @param {QuestionSet} set
 * @param {() => import('./api.js').Interview | null} interviewOf the interview it belongs to
 * @returns {import('./dom.js').Part<QuestionSet>}
 */
export function createQuestionSet(page, set, interviewOf) {
  const { t } = page;
  const title = h('h3', { class: 'row-title' });
  const list = h('ol', { class: 'questions', role: 'list' });
  const create = (/** @type {Question} */ question) => createQuestionItem(page, set.job_id, question);
  const show = keyed(list, (/** @type {Question} */ question) => String(question.index), create);
  const details = createDisclosure(
    page,
    set.job_id,
    { class: 'set' },
    h(
      'summary',
      null,
      icon('chevron'),
      title,
      h('span', { class: 'row-count muted' }, t('set.count', { n: set.questions.length })),
    ),
    set.comment && h('p', { class: 'row-comment muted' }, t('set.comment', { comment: set.comment })),
    list,
  );
  let shown = set;

  return {
    // Buttons stand beside the summary: inside, a screen reader would take them for a part of its name.
    element: h(
      'li',
      { 'class': 'row', 'data-testid': 'question-set' },
      details,
      setActions(page, () => shown, interviewOf),
    ),
    update(next) {
      shown = next;
      setText(title, titleOf(page, next));
      show(next.questions);
    },
  };
}

/**
 * @param {Page} page
 * @param {() => QuestionSet} set
 * @param {() => import('./api.js').Interview | null} interviewOf
 */
function setActions(page, set, interviewOf) {
  const { t } = page;
  const interview = () => interviewOf() ?? { company: '', position: '' };
  const text = () =>
    setAsMarkdown(t, t('interview.name', interview()), titleOf(page, set()), withAnswers(page.state(), set()));

  const toClipboard = () => copy(page, text());
  const toFile = () => download(t('set.file', { ...interview(), n: set().number }), text());
  const n = set().number;
  return h(
    'div',
    { class: 'set-actions' },
    action('copy', t('set.copy'), t('set.copy.label', { n }), toClipboard),
    action('export', t('set.export'), t('set.export.label', { n }), toFile),
  );
}

/**
 * @param {'copy' | 'export'} name
 * @param {string} text
 * @param {string} label
 * @param {() => void} onClick
 */
function action(name, text, label, onClick) {
  const words = h('span', { class: 'action-words' }, text);
  return h(
    'button',
    { 'type': 'button', 'class': 'button button-quiet', 'aria-label': label, 'onclick': onClick },
    icon(name),
    words,
  );
}

/**
 * @param {Page} page
 * @param {QuestionSet} set
 * @returns {string}
 */
function titleOf({ t, format }, { number, created_at }) {
  return t('set.title', { n: number, date: format.dateTime(created_at) });
}
