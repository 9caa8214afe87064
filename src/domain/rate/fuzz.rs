//! Texts that are nearly rates, and meters that count at any time.

use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Meter, Rate};
use crate::fuzz::{cases, texts};

fn near_rates() -> impl Strategy<Value = String> {
    prop_oneof![
        texts(),
        "[-+]?[0-9]{0,12}/[-+]?[0-9]{0,12}",
        "[0-9/. ]{0,12}"
    ]
}

proptest! {
    #![proptest_config(cases(4000))]

    #[test]
    fn rate_is_in_its_limits_and_reads_back(text in near_rates()) {
        if let Some(rate) = Rate::parse(&text) {
            prop_assert!((1..=Rate::MAX_QUOTA).contains(&rate.quota()));
            prop_assert!((1..=Rate::MAX_SECONDS).contains(&rate.seconds()));
            let printed = format!("{}/{}", rate.quota(), rate.seconds());
            prop_assert_eq!(Rate::parse(&printed), Some(rate));
        }
    }

    #[test]
    fn a_meter_counts_as_one_does_by_hand(
        quota in 1_u32..6, seconds in 1_u32..4, pauses in vec(0_u64..3000, 1..30),
    ) {
        let rate = Rate::new(quota, seconds).unwrap();
        let meter = Meter::default();
        let (mut now, mut start, mut count) = (1, 0, 0_u32);
        for pause in pauses {
            now += pause;
            if count == 0 || now >= start + u64::from(seconds) * 1000 {
                (start, count) = (now, 0);
            }
            count += 1;
            let usage = meter.count(rate, Duration::from_millis(now));
            prop_assert_eq!(usage.is_over, count > quota);
            prop_assert_eq!(usage.left, quota.saturating_sub(count));
            let rest = start + u64::from(seconds) * 1000 - now;
            prop_assert_eq!(u64::from(usage.seconds), rest.div_ceil(1000));
        }
    }
}
