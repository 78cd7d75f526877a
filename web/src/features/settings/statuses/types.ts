export type StatusEntity = 'client' | 'lead';
export type Outcome = 'none' | 'won' | 'lost';
