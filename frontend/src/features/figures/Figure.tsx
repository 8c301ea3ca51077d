import type { ReactNode } from 'react';
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

/** One figure with its name; where there is none, the reason stands in its place. Goes into a `dl`. */
export function Figure({ label, value, help, note = [], tone = 'plain', reason }: Props) {
  const notes = note.filter((part) => part !== null && part !== undefined && part !== '');
  return (
    <div className={styles['figure']} title={help}>
      <dt>{label}</dt>
      <dd>
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
