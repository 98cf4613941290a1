def figure_of_table(protocol, table, frame, *, simulated):
    return None
