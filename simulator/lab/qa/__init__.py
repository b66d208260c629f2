"""Run many scenes: plan, pool, worker, one run, ledger, results on disk, goldens."""
