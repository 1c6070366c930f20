/** Describing an interview: a new one, or changes to one. What is typed is kept until it is saved. */

import { fill, h, setText } from '../dom.js';
import { changesOf } from '../drafts.js';
import { LANGUAGES } from '../i18n.js';
import { icon } from '../icons.js';
import { MAX_DOCUMENT, MAX_LINE } from '../limits.js';
import { heldInterview } from '../loading.js';
import { createStandIn } from './message.js';

/**
 * @typedef {import('../page.js').Page} Page
 * @typedef {import('../page.js').State} State
 * @typedef {import('../api.js').Details} Details
 */

/**
 * @param {Page} page
 * @returns {import('../page.js').Screen}
 */
export function createNewInterviewScreen(page) {
  const title = page.t('form.new');
  const element = h('div', { class: 'screen' }, createForm(page, null, {}, title));
  return { element, update: () => {}, titleOf: () => title };
}

/**
 * @param {Page} page
 * @param {string} id
 * @returns {import('../page.js').Screen}
 */
export function createInterviewEditScreen(page, id) {
  const title = page.t('form.edit');
  const element = h('div', { class: 'screen' });
  const load = () => page.loading.interview(id);
  let shown = '';

  /** @param {State} state */
  function update(state) {
    const held = heldInterview(state, id);
    const next = held.value ? 'form' : `${held.status} ${held.code}`;
    // The form is made once: an answer that comes later must not overwrite what was typed since.
    if (next !== shown)
      fill(element, held.value ? createForm(page, id, held.value, title) : createStandIn(page, held, load));
    shown = next;
  }

  return { element, update, titleOf: () => title, load: () => void load() };
}

/**
 * @param {Page} page
 * @param {string | null} id
 * @param {Partial<Details>} saved nothing yet of a new interview
 * @param {string} title
 * @returns {HTMLElement}
 */
function createForm(page, id, saved, title) {
  const { t, language, drafts, actions } = page;
  const key = `interview ${id ?? 'new'}`;
  const fields = { company: '', position: '', job_posting: '', resume: '', language, ...saved, ...drafts.load(key) };
  const save = h('button', { class: 'button button-primary' }, t('form.save'));
  const back = id ? `/interviews/${id}` : '/';
  const form = h(
    'form',
    { class: 'interview-form', onsubmit: submit, oninput: () => drafts.save(key, changes()) },
    line(page, 'company', fields.company),
    line(page, 'position', fields.position),
    textField(page, 'job_posting', fields.job_posting),
    textField(page, 'resume', fields.resume),
    languageField(page, fields.language),
    h(
      'div',
      { class: 'form-actions' },
      save,
      h('a', { class: 'button button-quiet', href: back, onclick: () => drafts.drop(key) }, t('form.cancel')),
    ),
  );

  /** The rest may have been changed elsewhere since: it is neither sent nor kept. */
  const changes = () => changesOf(saved, valuesOf(form));

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    save.disabled = true;
    setText(save, t('form.saving'));
    if (await actions.saveInterview(id, changes())) drafts.drop(key);
    save.disabled = false;
    setText(save, t('form.save'));
  }

  return h(
    'div',
    null,
    h('a', { class: 'back', href: back }, icon('back'), t(id ? 'form.cancel' : 'interview.back')),
    h('h1', { tabindex: -1 }, title),
    form,
  );
}

/**
 * @param {HTMLFormElement} form
 * @returns {Details}
 */
function valuesOf(form) {
  const entries = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
  return Object.fromEntries(entries);
}

/**
 * @param {Page} page
 * @param {'company' | 'position'} name
 * @param {string} value
 */
function line({ t }, name, value) {
  const placeholder = t(`form.${name}.example`);
  // The pattern asks for one visible character; the server drops the space around it.
  const input = h('input', {
    name,
    required: true,
    maxlength: MAX_LINE,
    placeholder,
    autocomplete: 'off',
    pattern: '.*\\S.*',
    // Said in the language of the page, which need not be the browser's.
    oninvalid: () => input.setCustomValidity(t('form.required', { field: t(`form.${name}`) })),
    oninput: () => input.setCustomValidity(''),
  });
  input.value = value;
  return h('label', { class: 'field' }, h('span', { class: 'label' }, t(`form.${name}`)), input);
}

/**
 * @param {Page} page
 * @param {'job_posting' | 'resume'} name
 * @param {string} value
 */
function textField({ t, format }, name, value) {
  const [id, foot] = [`field-${name}`, `${name}-foot`];
  const area = h('textarea', {
    id,
    name,
    'rows': 7,
    'maxlength': MAX_DOCUMENT,
    'aria-describedby': foot,
    'oninput': () => count(),
  });
  area.value = value;
  const length = h('span', { class: 'field-count' });
  const max = format.number(MAX_DOCUMENT);
  const count = () => setText(length, t('form.count', { n: format.number(area.value.length), max }));
  count();
  // Beside the label, not in it: they would be a part of the field's name.
  const hint = h('span', null, t(`form.${name}.hint`), ' ');
  return h(
    'div',
    { class: 'field' },
    h('label', { class: 'label', for: id }, t(`form.${name}`)),
    area,
    h('span', { class: 'field-foot muted small', id: foot }, hint, length),
  );
}

/**
 * @param {Page} page
 * @param {string} value
 */
function languageField({ t }, value) {
  const options = LANGUAGES.map((each) => h('option', { value: each }, t(`language.${each}`)));
  const select = h('select', { name: 'language' }, ...options);
  select.value = value;
  return h('label', { class: 'field field-short' }, h('span', { class: 'label' }, t('form.language')), select);
}
