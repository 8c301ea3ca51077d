import { useDeferredValue, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { cx } from './cx';
import styles from './Picker.module.css';

export interface Choice {
  readonly id: string;
  readonly label: string;
  /** More words that find it. */
  readonly words?: string;
  readonly hint?: string | undefined;
  readonly group: string;
  readonly icon?: ReactNode;
  readonly run: () => void;
}

interface PickerProps {
  readonly label: string;
  readonly placeholder: string;
  readonly none: string;
  readonly choices: readonly Choice[];
  readonly onClose: () => void;
}

const MOST = 60;

/** Type to narrow, arrows to move, Enter to choose: one list for commands, kinds and elements. */
export function Picker({ label, placeholder, none, choices, onClose }: PickerProps) {
  const [words, setWords] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const wanted = useDeferredValue(words);
  const found = useMemo(() => matching(choices, wanted).slice(0, MOST), [choices, wanted]);
  const active = found[Math.min(at, found.length - 1)];

  useEffect(() => {
    const opener = document.activeElement;
    const element = dialog.current;
    element?.showModal();
    return () => {
      element?.close();
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  useEffect(() => {
    document.getElementById(`${list}-${active?.id}`)?.scrollIntoView({ block: 'nearest' });
  }, [list, active]);

  const choose = (choice: Choice | undefined): void => {
    if (!choice) return;
    onClose();
    // After the dialog is gone, so that what opens next gets the focus.
    setTimeout(choice.run);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((Math.min(at, found.length - 1) + step + found.length) % Math.max(1, found.length));
    else if (event.key === 'Enter') {
      // The list may still be of fewer letters than were typed: what is chosen answers to all of them.
      const now = wanted === words ? found : matching(choices, words);
      choose(now[Math.min(at, now.length - 1)]);
    } else return;
    event.preventDefault();
  };

  return createPortal(
    <dialog
      ref={dialog}
      className={styles['picker']}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => event.target === dialog.current && onClose()}
    >
      <input
        className={styles['field']}
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={active ? `${list}-${active.id}` : undefined}
        aria-label={label}
        placeholder={placeholder}
        value={words}
        autoFocus
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setWords(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKey}
      />
      <div id={list} role="listbox" aria-label={label} className={styles['list']}>
        {found.map((choice, i) => (
          <div key={choice.id} role="presentation">
            {found[i - 1]?.group !== choice.group && (
              <div role="presentation" className={styles['group']}>
                {choice.group}
              </div>
            )}
            <div
              id={`${list}-${choice.id}`}
              role="option"
              aria-selected={choice === active}
              className={cx(styles['choice'], choice === active && styles['active'])}
              onPointerMove={() => setAt(i)}
              onClick={() => choose(choice)}
            >
              <span className={styles['icon']}>{choice.icon}</span>
              <span className={styles['label']}>{choice.label}</span>
              {choice.hint && <kbd className={styles['hint']}>{choice.hint}</kbd>}
            </div>
          </div>
        ))}
      </div>
      <p className={found.length === 0 ? styles['none'] : 'visually-hidden'} role="status">
        {found.length === 0 && none}
      </p>
    </dialog>,
    document.body,
  );
}

/** Choices that hold every word; those that begin with the first word come first, groups stay together. */
function matching(choices: readonly Choice[], text: string): readonly Choice[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const [first] = words;
  if (first === undefined) return choices;
  const hits = choices.filter(({ label, words: more = '' }) => {
    const all = `${label} ${more}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
  const rank = ({ label }: Choice): number => (label.toLowerCase().startsWith(first) ? 0 : label.toLowerCase().includes(first) ? 1 : 2);
  const best = new Map<string, number>();
  for (const hit of hits) best.set(hit.group, Math.min(best.get(hit.group) ?? 9, rank(hit)));
  const order = [...best.keys()].sort((a, b) => (best.get(a) ?? 9) - (best.get(b) ?? 9));
  return order.flatMap((group) => hits.filter((hit) => hit.group === group).sort((a, b) => rank(a) - rank(b)));
}
