/** What was typed and not sent yet, and what was opened: kept while the reader looks elsewhere on the page. */

/** @typedef {ReturnType<typeof createDrafts>} Drafts */

/** Create an empty memory; it lasts as long as the page. */
export function createDrafts() {
  /** @type {Map<string, Record<string, string>>} */
  const forms = new Map();
  /** @type {Map<string, boolean>} */
  const open = new Map();
  return {
    /** Whether what folds stands open: questions by the job they come from, whatever has become of it. */
    open,

    /**
     * Return the fields of a form as they were left.
     *
     * @param {string} form
     * @returns {Readonly<Record<string, string>>}
     */
    load: (form) => forms.get(form) ?? {},

    /**
     * @param {string} form
     * @param {Readonly<Record<string, string>>} fields all that are to be kept
     */
    save: (form, fields) => void forms.set(form, fields),

    /** @param {string} form that was sent */
    drop: (form) => void forms.delete(form),

    /** Forget everything: another reader may be next. */
    clear() {
      forms.clear();
      open.clear();
    },
  };
}

/**
 * Return the fields that are not as they were saved.
 *
 * @template {Readonly<Record<string, string>>} T
 * @param {Partial<T>} saved
 * @param {T} typed
 * @returns {Partial<T>}
 */
export function changesOf(saved, typed) {
  // A text field has one kind of line break, what was saved may have others.
  const asTyped = (/** @type {string | undefined} */ text) => text?.replace(/\r\n?/g, '\n');
  const changes = Object.entries(typed).filter(([name, value]) => value !== asTyped(saved[name]));
  return /** @type {Partial<T>} */ (Object.fromEntries(changes));
}
