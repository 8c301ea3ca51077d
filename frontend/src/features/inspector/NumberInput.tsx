import { useState } from 'react';
import { useI18n } from '../../i18n/useI18n';
import type { Param } from '../../model/catalogue';
import styles from './inspector.module.css';
import { asText, readNumber, type Given, type Problem } from './value';

interface NumberInputProps {
  readonly id: string;
  readonly label?: string;
  readonly param: Pick<Param, 'type' | 'unit' | 'default' | 'minimum' | 'maximum' | 'above' | 'choices'>;
  readonly given: Given;
  readonly mixedText: string;
  readonly disabled: boolean;
  readonly invalid: boolean;
  readonly onProblem: (problem: Problem | null) => void;
  readonly onChange: (value: number | string | null) => void;
}

/** A number as text: taken over on Enter or on leaving the field, so that one change is one undo step. */
export function NumberInput({ id, label, param, given, mixedText, disabled, invalid, onProblem, onChange }: NumberInputProps) {
  const { unit } = useI18n();
  const stored = asText(given.value);
  const [draft, setDraft] = useState<string | null>(null);
  const commit = (): void => {
    if (draft === null) return;
    const read = readNumber(draft, param);
    if ('problem' in read) {
      onProblem(read.problem);
      return;
    }
    onProblem(null);
    setDraft(null);
    if (draft.trim() !== stored) onChange(read.value);
  };
  const step = (direction: number, far: boolean): void => {
    const base = Number(draft ?? (stored || asText(param.default))) || 0;
    const size = param.type === 'integer' ? 1 : 10 ** Math.floor(Math.log10(Math.abs(base) || 1)) / 10;
    const next = base + direction * size * (far ? 10 : 1);
    setDraft(String(Number(next.toPrecision(10))));
  };
  return (
    <span className={styles['number']}>
      <input
        id={id}
        aria-label={label}
        aria-invalid={invalid}
        aria-describedby={invalid ? `${id}-problem` : undefined}
        inputMode={param.choices?.length ? 'text' : 'decimal'}
        autoComplete="off"
        spellCheck={false}
        disabled={disabled}
        placeholder={given.mixed ? mixedText : asText(param.default) || '–'}
        value={draft ?? stored}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Enter') commit();
          else if (event.key === 'ArrowUp') step(1, event.shiftKey);
          else if (event.key === 'ArrowDown') step(-1, event.shiftKey);
          else if (event.key === 'Escape' && draft !== null) {
            onProblem(null);
            setDraft(null);
          } else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      {param.unit && <span className={styles['unit']}>{unit(param.unit)}</span>}
    </span>
  );
}
