import type { Icon } from '@tabler/icons-react';
import type { PickOption } from '../PickMenu';

export type FilterDef = {
  /** The key in the URL and in the server's query. */
  key: string;
  label: string;
  icon: Icon;
  /** Absent for a range of days. */
  options?: PickOption[];
};
