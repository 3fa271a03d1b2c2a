"""Freedom of information: letters that ask, a register of the clock, and answers read into intervals.

What open data cannot show (people on each medicine, transplants referred, nations that publish nothing) has to be
asked for. A refusal is an answer too, and a count that was hidden is an interval, never a zero.
"""
