import { useId, useState } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { choiceTitle, type Param } from '../../model/catalogue';
import { MapInput } from './MapInput';
import { NumberInput } from './NumberInput';
import { Row } from './Row';
import { TextInput } from './TextInput';
import styles from './inspector.module.css';
import { useProblem } from './useProblem';
import { asText, isUnusual, withMember, type Given, type Problem } from './value';

interface ParamFieldProps {
  readonly param: Param;
  readonly given: Given;
  readonly disabled: boolean;
  /** null takes the param back to what is assumed. */
  readonly onChange: (value: unknown) => void;
}

/** The field for a param of the catalogue, by its type. */
export function ParamField({ param, given, disabled, onChange }: ParamFieldProps) {
  const { t, of } = useI18n();
  const id = useId();
  const tell = useProblem();
  const [problem, setProblem] = useState<Problem | null>(null);
  const isGiven = given.mixed || given.value !== undefined;
  const row = {
    id,
    title: of(param.title),
    param,
    given: isGiven,
    problem: problem ? tell(problem) : undefined,
    unusual: isUnusual(given.value, param),
    onReset: disabled ? undefined : () => onChange(null),
  };
  if (param.type === 'record') return <RecordField param={param} given={given} disabled={disabled} onChange={onChange} />;
  return (
    <Row {...row}>
      {(param.type === 'number' || param.type === 'integer') && (
        <NumberInput
          id={id}
          param={param}
          given={given}
          mixedText={t('inspector.mixed')}
          disabled={disabled}
          invalid={problem !== null}
          onProblem={setProblem}
          onChange={onChange}
        />
      )}
      {param.type === 'choice' && <ChoiceInput id={id} param={param} given={given} disabled={disabled} onChange={onChange} />}
      {param.type === 'boolean' && <BooleanInput id={id} param={param} given={given} disabled={disabled} onChange={onChange} />}
      {param.type === 'list' && param.item === 'choice' && (
        <span className={styles['checks']} role="group" aria-label={of(param.title)}>
          {(param.choices ?? []).map((choice) => {
            const chosen = (given.value ?? param.default ?? []) as readonly string[];
            const has = chosen.includes(choice);
            return (
              <label key={choice}>
                <input
                  type="checkbox"
                  checked={has}
                  disabled={disabled}
                  onChange={() => onChange(has ? chosen.filter((each) => each !== choice) : [...chosen, choice])}
                />
                {choiceTitle(param, choice, of)}
              </label>
            );
          })}
        </span>
      )}
      {((param.type === 'list' && param.item !== 'choice') || param.type === 'string') && (
        <TextInput
          id={id}
          value={asText(given.value)}
          placeholder={given.mixed ? t('inspector.mixed') : asText(param.default) || (param.type === 'list' ? t('inspector.list.hint') : '–')}
          disabled={disabled}
          onChange={(text) => onChange(param.type === 'string' ? text || null : listIn(text))}
        />
      )}
      {param.type === 'map' && (
        <MapInput
          label={of(param.title)}
          value={(given.value ?? {}) as Readonly<Record<string, number>>}
          unit={param.unit}
          disabled={disabled}
          onChange={(map) => onChange(Object.keys(map).length > 0 ? map : null)}
        />
      )}
    </Row>
  );
}

function listIn(text: string): readonly string[] | null {
  const items = text.split(',').map((item) => item.trim()).filter(Boolean);
  return items.length > 0 ? [...new Set(items)] : null;
}

interface InputProps extends ParamFieldProps {
  readonly id: string;
}

function ChoiceInput({ id, param, given, disabled, onChange }: InputProps) {
  const { t, of } = useI18n();
  const assumed = param.default == null ? t('inspector.none') : choiceTitle(param, String(param.default), of);
  return (
    <select id={id} className={styles['select']} disabled={disabled} value={asText(given.value)} onChange={(event) => onChange(event.target.value || null)}>
      <option value="">{given.mixed ? t('inspector.mixed') : assumed}</option>
      {(param.choices ?? []).map((choice) => (
        <option key={choice} value={choice}>
          {choiceTitle(param, choice, of)}
        </option>
      ))}
    </select>
  );
}

function BooleanInput({ id, param, given, disabled, onChange }: InputProps) {
  const { t } = useI18n();
  const assumed = param.default == null ? t('inspector.none') : t(param.default ? 'inspector.yes' : 'inspector.no');
  const value = typeof given.value === 'boolean' ? String(given.value) : '';
  return (
    <select id={id} className={styles['select']} disabled={disabled} value={value} onChange={(event) => onChange(event.target.value === '' ? null : event.target.value === 'true')}>
      <option value="">{given.mixed ? t('inspector.mixed') : assumed}</option>
      <option value="true">{t('inspector.yes')}</option>
      <option value="false">{t('inspector.no')}</option>
    </select>
  );
}

function RecordField({ param, given, disabled, onChange }: ParamFieldProps) {
  const { t, of } = useI18n();
  const id = useId();
  const record = typeof given.value === 'object' && given.value !== null ? (given.value as Readonly<Record<string, unknown>>) : null;
  const fields = param.fields ?? [];
  const start = (): void => onChange(Object.fromEntries(fields.filter((field) => field.default != null).map((field) => [field.name, field.default])));
  return (
    <fieldset className={styles['record']}>
      <legend className="visually-hidden">{of(param.title)}</legend>
      <Row id={id} title={of(param.title)} param={param} given={record !== null || given.mixed}>
        <label className={styles['switch']}>
          <input id={id} type="checkbox" checked={record !== null} disabled={disabled} onChange={() => (record ? onChange(null) : start())} />
          <span>{given.mixed ? t('inspector.mixed') : t(record ? 'inspector.yes' : 'inspector.no')}</span>
        </label>
      </Row>
      {record &&
        fields.map((field) => (
          <ParamField
            key={field.name}
            param={field}
            given={{ value: record[field.name], mixed: false }}
            disabled={disabled}
            onChange={(value) => onChange(withMember(record, field.name, value))}
          />
        ))}
    </fieldset>
  );
}
