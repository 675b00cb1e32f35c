"""Mutation of an assignment's reference: small changes that its properties must notice.

Libraries that mutate Python do not fit. cosmic-ray and mutatest start the whole test run anew for
each mutant, which takes seconds where one costs milliseconds here, and mutmut copies the project
and collects its tests again in each fork. None of them changes axes, transposes, copies or the
order of arguments, which is where code on arrays goes wrong.
"""
