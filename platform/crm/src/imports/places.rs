//! Room for imports in a process: they never take all places of its jobs, nor does one tenant take all of
//! theirs, and who was turned away gets the place of somebody who has had a turn.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use kernel::tenant::TenantKey;

/// Imports that one process works on at the same time. It has eight places for jobs.
const AT_ONCE: usize = 4;
/// Of these, imports of one tenant.
const OF_ONE_TENANT: usize = 2;
/// Seconds after which a job that found no place is looked at again.
pub(super) const AGAIN: u32 = 1;
/// So long somebody who was turned away is waited for: they come again every second.
const PATIENCE: Duration = Duration::from_secs(5);

/// Who works, and who would like to.
#[derive(Debug, Default)]
struct Room {
    inside: Vec<TenantKey>,
    outside: Vec<(TenantKey, Instant)>,
}

static ROOM: Mutex<Room> = Mutex::new(Room { inside: Vec::new(), outside: Vec::new() });

fn room() -> MutexGuard<'static, Room> {
    // A panic while somebody came or went leaves the list whole.
    ROOM.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A place, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    tenant: TenantKey,
}

/// A place for an import of a tenant, if there is one.
pub(super) fn take(tenant: TenantKey) -> Option<Place> {
    // Not before it is known: a place that nobody has would be given back.
    let entered = room().enter(tenant, Instant::now());
    entered.then(|| Place { tenant })
}

impl Place {
    /// Whether somebody else waits for it. Whoever asks gives the place up then.
    pub fn is_wanted(&self) -> bool {
        room().calls(self.tenant, Instant::now())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        room().leave(self.tenant);
    }
}

impl Room {
    fn enter(&mut self, tenant: TenantKey, now: Instant) -> bool {
        let own = self.inside.iter().filter(|t| **t == tenant).count();
        self.outside.retain(|(who, at)| *who != tenant && now.duration_since(*at) < PATIENCE);
        if own >= OF_ONE_TENANT {
            return false;
        }
        // The last place is left to who has none and stands in line.
        let room_for_all = self.inside.len() + self.outside.len() < AT_ONCE;
        if self.inside.len() < AT_ONCE && (own == 0 || room_for_all) {
            self.inside.push(tenant);
            return true;
        }
        self.outside.push((tenant, now));
        false
    }

    fn calls(&mut self, tenant: TenantKey, now: Instant) -> bool {
        self.outside.retain(|(_, at)| now.duration_since(*at) < PATIENCE);
        let own = self.inside.iter().filter(|t| **t == tenant).count();
        // Whoever has two gives one to who has none; of those who have one each, each for one in line.
        let others = self.outside.iter().filter(|(who, _)| *who != tenant && !self.inside.contains(who)).count();
        if others == 0 || self.inside.len() < AT_ONCE || (own < 2 && self.inside.iter().any(|t| self.has_two(*t))) {
            return false;
        }
        let first = self.outside.iter().position(|(who, _)| *who != tenant && !self.inside.contains(who));
        // They stay in line until they come in, but one place is enough for them.
        if let Some(at) = first {
            self.outside[at].1 = now;
        }
        true
    }

    fn has_two(&self, tenant: TenantKey) -> bool {
        self.inside.iter().filter(|t| **t == tenant).count() > 1
    }

    fn leave(&mut self, tenant: TenantKey) {
        if let Some(at) = self.inside.iter().position(|t| *t == tenant) {
            self.inside.swap_remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_tenant_does_not_take_every_place() {
        let (mut room, now) = (Room::default(), Instant::now());
        let [a, b, c, d] = [1, 2, 3, 4].map(TenantKey);
        assert_eq!([a, a, a, b, b].map(|t| room.enter(t, now)), [true, true, false, true, true]);
        // Nobody is turned away by their own imports alone.
        assert!(!room.calls(a, now));
        assert!(!room.enter(c, now) && room.calls(a, now), "who has two gives one up");
        room.leave(a);
        // It is kept for who waits.
        assert!(!room.enter(a, now));
        assert!(room.enter(c, now));
        assert!(!room.enter(d, now));
        assert!(!room.calls(c, now), "who has one stays while another has two");
        assert!(room.calls(b, now));
    }

    #[test]
    fn everybody_has_a_turn() {
        let (mut room, now) = (Room::default(), Instant::now());
        let all = [1, 2, 3, 4, 5, 6].map(TenantKey);
        let mut turns = [0; 6];
        for _ in 0..60 {
            for (n, tenant) in all.into_iter().enumerate() {
                if room.inside.contains(&tenant) {
                    turns[n] += 1;
                    if room.calls(tenant, now) {
                        room.leave(tenant);
                    }
                } else {
                    room.enter(tenant, now);
                }
            }
        }
        assert!(turns.iter().all(|n| *n >= 15), "{turns:?}");
    }

    #[test]
    fn nobody_is_waited_for_in_vain() {
        let (mut room, now) = (Room::default(), Instant::now());
        for t in 1..=4 {
            assert!(room.enter(TenantKey(t), now));
        }
        assert!(!room.enter(TenantKey(9), now) && room.calls(TenantKey(1), now));
        assert!(!room.calls(TenantKey(1), now + PATIENCE));
        room.leave(TenantKey(1));
        assert!(room.enter(TenantKey(2), now + PATIENCE));
    }
}
