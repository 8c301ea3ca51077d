import { useId, useState, type MouseEvent } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { useDrawing } from '../drawing';
import { NodeLink } from '../figures/NodeLink';
import { Said } from '../figures/Said';
import { AcceptForm } from './AcceptForm';
import { usePatch } from './usePatch';
import { useFindingHelp } from './useFindingHelp';
import type { Finding } from './report';
import shared from './sections.module.css';
import styles from './Findings.module.css';

/** Tells findings of one report apart. */
export function keyOf(finding: Finding): string {
  return `${finding.code}:${finding.components.join(',')}:${finding.message}`;
}

/** One finding: what is wrong, where, why it matters, and what can be done. */
export function FindingRow({ finding }: { finding: Finding }) {
  const { t, language } = useI18n();
  const { readOnly, mentionsIn } = useDrawing();
  const help = useFindingHelp(finding.code);
  const patch = usePatch();
  const id = useId();
  const [open, setOpen] = useState(false);
  const [accepting, setAccepting] = useState(false);
  /** The whole head opens and closes; a name in it goes to its element. */
  const toggle = ({ target }: MouseEvent): void => {
    if (!(target as Element).closest('p [role="button"]')) setOpen(!open);
  };
  const message = (language === 'ko' && finding.message_ko) || finding.message;
  const fix = (language === 'ko' && finding.fix_ko) || finding.fix;
  const told = new Set(mentionsIn(message, finding.components).map(({ id }) => id));
  const untold = told.size > 1 && !open ? [] : finding.components.filter((id) => !told.has(id));
  return (
    <li className={shared['row']}>
      <div className={styles['head']} onClick={toggle}>
        <button
          type="button"
          className={styles['code']}
          data-severity={finding.severity}
          aria-expanded={open}
          aria-controls={id}
          title={t('findings.explain')}
        >
          {finding.code}
        </button>
        <p className={styles['message']} data-open={open}>
          <Said text={message} ids={finding.components} />
        </p>
        <Icon name="down" size={14} />
      </div>
      {untold.length > 0 && (
        <div className={styles['culprits']}>
          {untold.map((id) => (
            <NodeLink key={id} id={id} />
          ))}
        </div>
      )}
      {open && (
        <div className={styles['detail']} id={id}>
          {help && <p>{help}</p>}
          {fix && (
            <p>
              <strong>{t('findings.fix')}</strong> <Said text={fix} ids={finding.components} />
            </p>
          )}
          {finding.accepted && <Accepted finding={finding} />}
          {!readOnly && !finding.accepted && !accepting && (
            <div className={styles['actions']}>
              {finding.patch && finding.patch.length > 0 && (
                <Button type="button" size="small" onClick={() => patch(finding.patch ?? [], finding.code)}>
                  {t('findings.apply')}
                </Button>
              )}
              <Button type="button" size="small" variant="ghost" onClick={() => setAccepting(true)}>
                {t('findings.accept')}
              </Button>
            </div>
          )}
          {accepting && <AcceptForm finding={finding} onDone={() => setAccepting(false)} />}
        </div>
      )}
    </li>
  );
}

function Accepted({ finding }: { finding: Finding }) {
  const { t } = useI18n();
  const { readOnly, changeAccepted } = useDrawing();
  const reason = String(finding.accepted?.['reason'] ?? '');
  const expires = finding.accepted?.['expires'];
  return (
    <>
      <p>
        {t('findings.accepted.because', { reason })}{' '}
        {typeof expires === 'string' && t('findings.accepted.until', { date: expires })}
      </p>
      {!readOnly && (
        <div className={styles['actions']}>
          <Button
            type="button"
            size="small" variant="ghost"
            onClick={() =>
              changeAccepted((list) =>
                list.filter((entry) => entry.code !== finding.code || !finding.components.includes(entry.component)),
              )
            }
          >
            {t('findings.accepted.withdraw')}
          </Button>
        </div>
      )}
    </>
  );
}
