import type { components } from '@/api/schema.gen';
import type { Wire } from '@/api/wire';

type S = components['schemas'];
export type Report = Wire<S['SalesReportOut']>;
export type Metrics = Wire<S['MetricsOut']>;
export type StageFigure = Wire<S['StageFigureOut']>;
export type Forecast = Wire<S['ReportForecastOut']>;
export type FunnelStep = Wire<S['FunnelStepOut']>;
export type ActivityDay = Wire<S['ActivityDayOut']>;
export type Performer = Wire<S['PerformerOut']>;
export type TeamFigure = Wire<S['TeamFigureOut']>;
export type Won = Wire<S['WonOut']>;
export type Dashboard = Wire<S['DashboardOut']>;
export type Widget = Wire<S['WidgetOut']>;
export type Known = Wire<S['KnownWidgetOut']>;

export const PARTS = [
  'metrics',
  'stages',
  'forecast',
  'funnel',
  'activity',
  'performers',
  'teams',
  'won',
] as const;
export type Part = (typeof PARTS)[number];

export const TYPES = ['call', 'email', 'meeting', 'task', 'note'] as const;
