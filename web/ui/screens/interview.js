/** One interview: what is known of it, its questions with their history, and the answers to them. */

import { createAnswers } from '../answers.js';
import { confirm } from '../confirm.js';
import { fill, h, setText } from '../dom.js';
import { createGenerateForm } from '../generate-form.js';
import { createHistory } from '../history.js';
import { icon } from '../icons.js';
import { heldInterview } from '../loading.js';
import { createNarrator } from '../narrator.js';
import { activeJobOf } from '../state.js';
import { createStandIn } from './message.js';

/**
 * @typedef {import('../page.js').Page} Page
 * @typedef {import('../page.js').State} State
 * @typedef {import('../api.js').Interview} Interview
 */

/**
 * @param {Page} page
 * @param {string} id
 * @returns {import('../page.js').Screen}
 */
export function createInterviewScreen(page, id) {
  const { loading } = page;
  const body = createBody(page, id);
  const element = h('div', { class: 'screen' });
  let shown = '';

  const load = () => loading.interviewPage(id);

  /** @param {State} state */
  function update(state) {
    const held = heldInterview(state, id);
    const next = held.value ? 'body' : `${held.status} ${held.code}`;
    if (next !== shown) fill(element, held.value ? body.element : createStandIn(page, held, load));
    shown = next;
    if (held.value) body.update(state);
  }

  return {
    element,
    update,
    titleOf: (state) => titleOf(page, state, id),
    load: () => void load(),
  };
}

/**
 * @param {Page} page
 * @param {string} id
 * @returns {import('../dom.js').Part<State>}
 */
function createBody(page, id) {
  const { t, state } = page;
  const interviewOf = () => heldInterview(state(), id).value;
  const head = createHead(page, id);
  const tabs = createTabs(page, id);
  const form = createGenerateForm(page, id);
  const history = createHistory(page, id, interviewOf);
  const answers = createAnswers(page, id);
  const narrator = createNarrator(page, () => performance.now());
  const sample = h('p', { class: 'notice' }, t('generate.sample'));
  const parts = [head, tabs, form, history, answers].map((part) => part.element);
  return {
    element: h('div', { class: 'interview' }, ...parts, sample, narrator.element),
    update(next) {
      const interview = interviewOf();
      if (interview) head.update(interview);
      const isAnswers = next.route.name === 'interview' && next.route.tab === 'answers';
      [form.element.hidden, history.element.hidden, answers.element.hidden] = [isAnswers, isAnswers, !isAnswers];
      tabs.update(next);
      form.update(next);
      // The other part would be hundreds of elements that nobody sees.
      (isAnswers ? answers : history).update(next);
      narrator.update(activeJobOf(next, id));
      sample.hidden = next.session?.generator !== 'sample';
    },
  };
}

/**
 * Links, not buttons: a part of an interview has an address, and the back button leads to it.
 *
 * @param {Page} page
 * @param {string} id
 * @returns {import('../dom.js').Part<State>}
 */
function createTabs({ t }, id) {
  const questions = h('a', { href: `/interviews/${id}` }, t('tab.questions'));
  const answers = h('a', { href: `/interviews/${id}/answers` }, t('tab.answers'));
  return {
    element: h('nav', { 'class': 'tabs', 'aria-label': t('tab.label') }, questions, answers),
    update({ route }) {
      const shown = route.name === 'interview' && route.tab === 'answers' ? answers : questions;
      for (const link of [questions, answers])
        if (link === shown) link.setAttribute('aria-current', 'page');
        else link.removeAttribute('aria-current');
    },
  };
}

/**
 * @param {Page} page
 * @param {string} id
 * @returns {import('../dom.js').Part<Interview>}
 */
function createHead(page, id) {
  const { t, format } = page;
  const title = h('h1', { tabindex: -1 });
  const created = h('p', { class: 'muted small' });
  const material = h('div', { class: 'interview-material' });
  /** @type {Interview | null} */
  let shown = null;
  const remove = () => shown && askToDelete(page, shown);
  return {
    element: h(
      'div',
      { class: 'interview-head' },
      h('a', { class: 'back', href: '/' }, icon('back'), t('interview.back')),
      h('div', { class: 'interview-name' }, title, created),
      h(
        'div',
        { class: 'row-actions' },
        h('a', { class: 'button', href: `/interviews/${id}/edit` }, t('interview.edit')),
        h('button', { type: 'button', class: 'button', onclick: remove }, t('interview.delete')),
      ),
      material,
    ),
    update(interview) {
      if (interview === shown) return;
      shown = interview;
      setText(title, t('interview.name', interview));
      setText(created, t('interview.created', { date: format.dateTime(interview.created_at) }));
      fill(material, materialOf(page, interview));
    },
  };
}

/**
 * @param {Page} page
 * @param {Interview} interview
 * @returns {HTMLElement}
 */
function materialOf({ t }, { id, job_posting, resume }) {
  if (!job_posting && !resume) {
    const add = h('a', { href: `/interviews/${id}/edit` }, t('interview.material.add'));
    return h('p', { class: 'muted small' }, t('interview.material.none'), ' ', add);
  }
  // A box that scrolls is a stop of the Tab key: without a mouse, the arrows move it.
  const box = { class: 'document', role: 'region', tabindex: 0 };
  /** @type {(name: string, text: string) => HTMLElement | null} */
  const part = (name, text) =>
    text ? h('section', null, h('h2', null, name), h('p', { ...box, 'aria-label': name }, text)) : null;
  return h(
    'details',
    { class: 'material' },
    h('summary', null, icon('chevron'), t('interview.material')),
    part(t('interview.material.job_posting'), job_posting),
    part(t('interview.material.resume'), resume),
  );
}

/**
 * @param {Page} page
 * @param {Interview} interview
 */
async function askToDelete({ t, actions, state, toasts }, interview) {
  if (activeJobOf(state(), interview.id)) return toasts.show({ tone: 'neutral', text: t('delete.active') });
  const text = t('delete.text', { name: t('interview.name', interview) });
  const isSure = await confirm({ title: t('delete.title'), text, yes: t('interview.delete'), no: t('dialog.cancel') });
  if (isSure) await actions.deleteInterview(interview.id);
}

/**
 * @param {Page} page
 * @param {State} state
 * @param {string} id
 * @returns {string}
 */
function titleOf({ t }, state, id) {
  const { status, value } = heldInterview(state, id);
  if (!value) return t(status === 'missing' ? 'not_found.title' : 'interviews.title');
  return t('interview.name', value);
}
