import { useKindsState } from '../../editor/drawing';
import { useI18n } from '../../i18n/useI18n';
import type { Param } from '../../model/catalogue';
import type { Params } from '../../model/types';
import { Icon } from '../../ui/Icon';
import styles from './inspector.module.css';
import { ParamField } from './ParamField';
import { shared, told } from './value';

interface ParamGroupsProps {
  /** The params of each element's kind. */
  readonly lists: readonly (readonly Param[])[];
  readonly given: readonly (Params | undefined)[];
  readonly disabled: boolean;
  readonly onChange: (name: string, value: unknown) => void;
}

/** The params by what they are about; the first group stands open, and every one in which something is set. */
export function ParamGroups({ lists, given, disabled, onChange }: ParamGroupsProps) {
  const { of, t } = useI18n();
  const groups = useKindsState((state) => state.kinds.catalogue.param_groups);
  const params = shared(lists);
  const shown = groups
    .map((group) => ({ group, members: params.filter((param) => param.group === group.id) }))
    .filter(({ members }) => members.length > 0);
  const groupsOf = shown.map(({ group, members }, i) => {
    const set = members.filter(({ name }) => given.some((one) => one?.[name] !== undefined)).length;
    const title = of(group.title);
    return (
      <details key={group.id} className={styles['group']} open={i === 0 || set > 0}>
        <summary>
          <Icon name="down" size={14} />
          {set > 0 ? t('inspector.advanced', { title, count: set }) : title}
        </summary>
        {members.map((param) => (
          <ParamField
            key={param.name}
            param={param}
            given={told(param.name, given, lists)}
            disabled={disabled}
            onChange={(value) => onChange(param.name, value)}
          />
        ))}
      </details>
    );
  });
  return (
    <>
      {groupsOf}
      {params.length > 0 && <p className={styles['note']}>{t('inspector.assumed.note')}</p>}
    </>
  );
}
