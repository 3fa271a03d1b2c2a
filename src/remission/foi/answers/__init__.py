"""What came back: sheets of any layout read into intervals, each cell counted or explained."""
