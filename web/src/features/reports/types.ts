import type { components } from '@/api/schema.gen';

type S = components['schemas'];
export type Report = S['SalesReportOut'];
export type Metrics = S['MetricsOut'];
export type StageFigure = S['StageFigureOut'];
export type Forecast = S['ReportForecastOut'];
export type FunnelStep = S['FunnelStepOut'];
export type ActivityDay = S['ActivityDayOut'];
export type Performer = S['PerformerOut'];
export type TeamFigure = S['TeamFigureOut'];
export type Won = S['WonOut'];
export type Dashboard = S['DashboardOut'];
export type Widget = S['WidgetOut'];
export type Known = S['KnownWidgetOut'];

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
