import { useState } from 'react';
import styles from './inspector.module.css';

interface TextInputProps {
  readonly id: string;
  readonly label?: string;
  readonly value: string;
  readonly placeholder: string;
  readonly disabled: boolean;
  readonly lines?: number;
  readonly onChange: (value: string) => void;
}

/** A text, taken over on Enter or on leaving the field. */
export function TextInput({ id, label, value, placeholder, disabled, lines = 1, onChange }: TextInputProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const commit = (): void => {
    if (draft !== null && draft.trim() !== value) onChange(draft.trim());
    setDraft(null);
  };
  const common = {
    id,
    className: styles['text'],
    'aria-label': label,
    autoComplete: 'off',
    disabled,
    placeholder,
    value: draft ?? value,
    onBlur: commit,
  };
  if (lines > 1) return <textarea {...common} rows={lines} onChange={(event) => setDraft(event.target.value)} />;
  return (
    <input
      {...common}
      onChange={(event) => setDraft(event.target.value)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Enter') commit();
        if (event.key === 'Escape' && draft !== null) {
          event.stopPropagation();
          setDraft(null);
        }
      }}
    />
  );
}
