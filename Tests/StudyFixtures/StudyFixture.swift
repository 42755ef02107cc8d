public import Study
