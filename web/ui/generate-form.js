/** What to ask for, and the button that starts it; while a generation runs anywhere, why it cannot be pressed. */

import { placeOf } from './announcements.js';
import { fill, h, setText } from './dom.js';
import { MAX_COMMENT } from './limits.js';

/**
 * @typedef {import('./page.js').Page} Page
 * @typedef {import('./page.js').State} State
 */

const COUNTS = [5, 10, 15, 20];
const DEFAULT_COUNT = '10';
const WHY = 'generate-why';

/**
 * Create the form of an interview.
 *
 * @param {Page} page
 * @param {string} interviewId
 * @returns {import('./dom.js').Part<State>}
 */
export function createGenerateForm(page, interviewId) {
  const { t, drafts, actions } = page;
  const key = `generate ${interviewId}`;
  const comment = commentField(page, drafts.load(key).comment ?? '');
  const count = countField(page, drafts.load(key).count ?? DEFAULT_COUNT);
  const button = h('button', { 'class': 'button button-primary generate', 'data-testid': 'generate-button' });
  const why = h('p', { class: 'form-why muted', id: WHY });

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    const words = comment.value.trim();
    const order = { interview_id: interviewId, count: Number(count.value), ...(words && { comment: words }) };
    if (!(await actions.generate(order))) return;
    comment.value = '';
    drafts.drop(key);
  }

  return {
    element: h(
      'form',
      {
        'class': 'generate-form',
        'aria-label': t('generate.title'),
        'aria-describedby': WHY,
        'onsubmit': submit,
        'oninput': () => drafts.save(key, { comment: comment.value, count: count.value }),
      },
      h('label', { class: 'field field-comment' }, h('span', { class: 'label' }, t('generate.comment')), comment),
      h('label', { class: 'field' }, h('span', { class: 'label' }, t('generate.count')), count),
      button,
      why,
    ),
    update(state) {
      showButton(page, button, state);
      showWhy(page, why, state, interviewId);
    },
  };
}

/**
 * @param {Page} page
 * @param {HTMLButtonElement} button
 * @param {State} state
 */
function showButton({ t }, button, { live, isStarting }) {
  const isBusy = isStarting || live.active !== null;
  setText(button, t(isBusy ? 'generate.running' : 'generate.button'));
  button.disabled = isBusy;
  button.title = live.active ? t('generate.why_disabled') : '';
  if (live.active) button.setAttribute('aria-describedby', WHY);
  else button.removeAttribute('aria-describedby');
}

/**
 * @param {Page} page
 * @param {HTMLElement} why
 * @param {State} state
 * @param {string} interviewId
 */
function showWhy({ t }, why, { live }, interviewId) {
  const { active } = live;
  const isHere = active?.interview_id === interviewId && active.type === 'question';
  const elsewhere = active && !isHere ? placeOf(active) : '';
  const shown = active ? `active ${elsewhere}` : '';
  if (why.dataset.shown === shown) return;
  why.dataset.shown = shown;
  const link = elsewhere && h('a', { href: elsewhere }, t('generate.elsewhere'));
  fill(why, active && t('generate.why_disabled'), link && ' ', link);
}

/**
 * @param {Page} page
 * @param {string} value
 */
function commentField({ t }, value) {
  const field = h('textarea', { rows: 1, maxlength: MAX_COMMENT, placeholder: t('generate.comment.example') });
  field.value = value;
  return field;
}

/**
 * @param {Page} page
 * @param {string} value
 */
function countField({ t }, value) {
  const options = COUNTS.map((n) => h('option', { value: n }, t('generate.count.option', { n })));
  const field = h('select', null, ...options);
  field.value = value;
  return field;
}
