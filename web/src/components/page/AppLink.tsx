import { Link } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, ReactElement, Ref } from 'react';

type Props = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> & {
  to: string;
  params?: Record<string, string>;
  search?: Record<string, unknown>;
  activeOptions?: { exact?: boolean; includeSearch?: boolean };
  activeProps?: Record<string, unknown>;
  ref?: Ref<HTMLAnchorElement>;
};

/** A link inside the platform app. Type registration belongs to the staff router, so paths are plain strings here. */
export const AppLink = Link as unknown as (props: Props) => ReactElement;
