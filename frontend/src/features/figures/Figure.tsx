import { useState, type ReactNode } from 'react';
import { NONE } from './format';
import { Said } from './Said';
import styles from './figures.module.css';

interface Props {
  readonly label: string;
  readonly value: string;
  /** What the figure means, in one sentence. */
  readonly help?: string;
  readonly note?: readonly ReactNode[];
  readonly tone?: 'plain' | 'good' | 'bad';
  /** Why there is no value. */
  readonly reason?: string | null;
}

/** One figure with its name, which says on request what it means; where there is none, the reason stands in its place. Goes into a `dl`. */
export function Figure({ label, value, help, note = [], tone = 'plain', reason }: Props) {
  const [open, setOpen] = useState(false);
  const notes = note.filter((part) => part !== null && part !== undefined && part !== '');
  return (
    <div className={styles['figure']} title={open ? undefined : help}>
      <dt>
        {help === undefined ? (
          label
        ) : (
          <button type="button" className={styles['asked']} aria-expanded={open} onClick={() => setOpen(!open)}>
            {label}
          </button>
        )}
      </dt>
      <dd>
        {open && <span className={styles['note']}>{help}</span>}
        <span className={styles['value']} data-tone={value === NONE ? 'none' : tone}>
          {value}
        </span>
        {reason && (
          <span className={styles['note']}>
            <Said text={reason} />
          </span>
        )}
        {notes.map((part, index) => (
          <span key={index} className={styles['note']}>
            {part}
          </span>
        ))}
      </dd>
    </div>
  );
}
