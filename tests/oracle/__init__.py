# Random programs whose right answers are known without looking at them the way the analyzer does.
#   lost_*    one function at a time: contexts made and cancelled; truth from enumerating all runs
#   nested_*  call graphs over several files: deadlines set and narrowed; truth from enumerating all call paths
#   tool      runs timeoutlint and reads its JSON
