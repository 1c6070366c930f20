/** The list of interviews; one whose questions are being written shows that here too. */

import { fill, h, keyed, setText } from '../dom.js';
import { icon } from '../icons.js';
import { createSkeleton } from '../skeleton.js';
import { activeJobOf, progressOf } from '../state.js';
import { createFailure } from './message.js';

/**
 * @typedef {import('../page.js').Page} Page
 * @typedef {import('../page.js').State} State
 * @typedef {import('../api.js').Interview} Interview
 * @typedef {{interview: Interview, job: import('../../live/wire.js').JobView | null}} Item
 */

/**
 * @param {Page} page
 * @returns {import('../page.js').Screen}
 */
export function createInterviewsScreen(page) {
  const { t } = page;
  const list = h('ul', { class: 'rows', role: 'list' });
  const notice = h('div');
  const add = newLink(t);
  const head = h('div', { class: 'screen-head' }, h('h1', { tabindex: -1 }, t('interviews.title')), add);
  const show = keyed(
    list,
    (/** @type {Item} */ item) => item.interview.id,
    (item) => createItem(page, item),
  );
  let noticed = '';

  /** @param {State} state */
  function update(state) {
    const { status, value, code } = state.interviews;
    const items = (value ?? []).map((interview) => ({ interview, job: activeJobOf(state, interview.id) }));
    show(items);
    list.hidden = items.length === 0;
    // The empty list has its own, larger invitation.
    if (items.length === 0 && status === 'ready') add.remove();
    else if (!add.parentElement) head.append(add);
    const next = items.length > 0 && status !== 'failed' ? '' : `${status} ${code}`;
    if (next !== noticed) fill(notice, next ? noticeOf(page, status, code) : null);
    noticed = next;
  }

  return {
    element: h('div', { class: 'screen' }, head, notice, list),
    titleOf: () => t('interviews.title'),
    load: () => void page.loading.interviews(),
    update,
  };
}

/**
 * @param {Page} page
 * @param {State['interviews']['status']} status
 * @param {string | null} code
 * @returns {HTMLElement}
 */
function noticeOf(page, status, code) {
  const { t } = page;
  if (status === 'loading') return createSkeleton(t('interviews.loading'), 3);
  if (status !== 'ready') return createFailure(page, code ?? '', page.loading.interviews);
  return h(
    'div',
    { class: 'empty-page' },
    h('h2', null, t('interviews.empty.title')),
    h('p', { class: 'muted' }, t('interviews.empty.text')),
    newLink(t),
  );
}

/** @param {import('../i18n.js').Translate} t */
function newLink(t) {
  return h('a', { class: 'button button-primary', href: '/interviews/new' }, icon('plus'), t('interviews.new'));
}

/**
 * @param {Page} page
 * @param {Item} item
 * @returns {import('../dom.js').Part<Item>}
 */
function createItem(page, item) {
  const { t, format, live, ticker } = page;
  const name = h('span', { class: 'row-title' });
  const counts = h('span', { class: 'muted' });
  const age = h('time', { class: 'muted interview-age' });
  const words = h('span');
  const running = h(
    'span',
    { class: 'interview-running' },
    h('span', { 'class': 'spinner', 'aria-hidden': 'true' }),
    words,
  );
  let shown = item;

  function tick() {
    const { job } = shown;
    if (!job) return;
    const title = t('running.title', { elapsed: format.elapsed(live.elapsedSeconds(job)) });
    const progress = progressOf(job);
    setText(words, progress ? `${title} ${t('running.progress', progress)}` : title);
  }

  ticker.add(running, tick);
  return {
    element: h(
      'li',
      { class: 'row' },
      h('a', { class: 'interview-link', href: `/interviews/${item.interview.id}` }, name, counts, running, age),
    ),
    update(next) {
      shown = next;
      const { interview, job } = next;
      setText(name, t('interview.name', interview));
      setText(counts, t('interviews.counts', { questions: interview.question_count, answers: interview.answer_count }));
      setText(age, format.relative(interview.created_at, live.serverNow()));
      age.dateTime = interview.created_at;
      [running.hidden, counts.hidden] = [!job, job !== null];
      tick();
    },
  };
}
