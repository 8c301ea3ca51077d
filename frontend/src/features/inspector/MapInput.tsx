import { useId, useState } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { IconButton } from '../../ui/Button';
import styles from './inspector.module.css';
import { NumberInput } from './NumberInput';
import { TextInput } from './TextInput';

interface MapInputProps {
  readonly label: string;
  readonly value: Readonly<Record<string, number>>;
  readonly unit: string;
  readonly disabled: boolean;
  readonly suggestions?: readonly { readonly id: string; readonly title: string }[];
  readonly onChange: (value: Readonly<Record<string, number>>) => void;
  /** The number that a new name begins with. */
  readonly initial?: number;
  readonly maximum?: number;
}

/** Names with a number each: shares of operations and regions, round trips. */
export function MapInput({ label, value, unit, disabled, suggestions = [], onChange, initial = 0, maximum }: MapInputProps) {
  const { t } = useI18n();
  const id = useId();
  const [invalid, setInvalid] = useState<string | null>(null);
  const rank = (name: string): number => (suggestions.findIndex((each) => each.id === name) + 1 || suggestions.length + 1);
  const entries = Object.entries(value).sort(([a], [b]) => rank(a) - rank(b));
  const without = (name: string): Record<string, number> => Object.fromEntries(entries.filter(([key]) => key !== name));
  const titleOf = (name: string): string => suggestions.find((each) => each.id === name)?.title ?? name;
  return (
    <span className={styles['map']} role="group" aria-label={label}>
      {entries.map(([name, number]) => (
        <span key={name} className={styles['entry']}>
          <span className={styles['key']}>{titleOf(name)}</span>
          <NumberInput
            id={`${id}-${name}`}
            label={`${label}: ${titleOf(name)}`}
            param={{ type: 'number', unit, default: null, minimum: 0, ...(maximum === undefined ? {} : { maximum }) }}
            given={{ value: number, mixed: false }}
            mixedText=""
            disabled={disabled}
            invalid={invalid === name}
            onProblem={(problem) => setInvalid(problem ? name : null)}
            onChange={(next) => onChange(typeof next === 'number' ? { ...value, [name]: next } : without(name))}
          />
          {!disabled && <IconButton icon="close" label={`${t('inspector.remove')}: ${titleOf(name)}`} onClick={() => onChange(without(name))} />}
        </span>
      ))}
      {!disabled && (
        <TextInput
          id={`${id}-new`}
          label={`${t('inspector.add')}: ${label}`}
          value=""
          placeholder={`${t('inspector.add')}: ${suggestions.filter((each) => !(each.id in value)).map((each) => each.id).join(', ') || t('inspector.map.key')}`}
          disabled={disabled}
          onChange={(name) => {
            if (name !== '' && !(name in value)) onChange({ ...value, [name]: initial });
          }}
        />
      )}
    </span>
  );
}
