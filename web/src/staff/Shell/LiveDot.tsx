import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useLiveState } from '../live';
import c from './Shell.module.css';

export function LiveDot() {
  const { t } = useTranslation();
  const state = useLiveState();
  return (
    <Tooltip label={t(`staff.live.${state}Hint`)}>
      <span className={c.live} data-state={state} role="status">
        <i aria-hidden />
        {t(`staff.live.${state}`)}
      </span>
    </Tooltip>
  );
}
