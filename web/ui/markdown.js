/** A question set as Markdown, to copy or to keep. Pure. */

/**
 * @typedef {import('./i18n.js').Translate} Translate
 * @typedef {import('./api.js').QuestionSet} QuestionSet
 */

/**
 * Return the whole set as a Markdown document.
 *
 * @param {Translate} t
 * @param {string} interview its name
 * @param {string} title of the set
 * @param {QuestionSet} set
 * @returns {string}
 */
export function setAsMarkdown(t, interview, title, set) {
  const comment = set.comment ? [`> ${escaped(t('set.comment', { comment: set.comment }))}`] : [];
  const questions = set.questions.map((question) => questionAsMarkdown(t, question));
  return [`# ${escaped(interview)}`, `## ${escaped(title)}`, ...comment, ...questions].join('\n\n') + '\n';
}

/**
 * @param {Translate} t
 * @param {QuestionSet['questions'][number]} question
 * @returns {string}
 */
function questionAsMarkdown(t, question) {
  const { index, text, category, intent, follow_up } = question;
  const answer = 'answer' in question ? question.answer : null;
  const number = `${index + 1}. `;
  const more = [
    [t('question.intent'), intent],
    [t('question.follow_up'), follow_up],
    [t('answer.title'), answer?.text],
    [t('answer.key_points'), answer?.key_points.join(' · ')],
    [t('answer.avoid'), answer?.avoid.join(' · ')],
  ];
  // A list inside an item begins under the first letter of that item.
  const indent = ' '.repeat(number.length);
  const paragraphs = (/** @type {string} */ value) => value.split(/\n\s*\n/).map(escaped).join(`\n\n${indent}  `);
  const lines = more.flatMap(([name, value]) => (value ? [`${indent}- ${name}: ${paragraphs(value)}`] : []));
  return [`${number}**${escaped(text)}** (${t(`category.${category}`)})`, ...lines].join('\n');
}

/**
 * Keep words from being read as Markdown, and on one line.
 *
 * @param {string} text
 * @returns {string}
 */
function escaped(text) {
  const line = text.trim().replace(/\s+/g, ' ').replace(/[\\`*_[\]<>#]/g, '\\$&');
  // What begins a list would only do so at the beginning of a line.
  return line.replace(/^(\d*)([-+.)])(?= )/, '$1\\$2');
}
